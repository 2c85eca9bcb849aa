"""What an earlier version wrote is read and continued by the present one."""
