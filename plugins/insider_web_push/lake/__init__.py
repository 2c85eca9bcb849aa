"""What lies in the object storage, under which names, and how it is removed."""
