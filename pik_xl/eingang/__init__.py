"""What comes in, however strange: files, ZIPs and e-mails taken apart, forms read, cells turned into values."""
