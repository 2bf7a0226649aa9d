"""What a tree says of itself: what its contracts have, counted by family, and how much it tells."""
