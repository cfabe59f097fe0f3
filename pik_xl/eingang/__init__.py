"""What comes in: taken apart, read, cells turned into values."""
