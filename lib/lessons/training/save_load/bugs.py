"""What goes wrong when networks are saved and loaded, and what is written differently today."""
