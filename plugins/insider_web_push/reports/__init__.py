"""Reports that people read, made from published days."""
