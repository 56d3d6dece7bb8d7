"""What Mintage does in a guest, over whatever leads there."""
