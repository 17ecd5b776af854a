"""Question to hits to page. Reads snapshots; only ``cli`` builds them."""
