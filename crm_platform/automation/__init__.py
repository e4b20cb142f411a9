"""What the site does by itself: validation rules."""
