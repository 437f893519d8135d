"""What goes wrong when a classifier is trained and measured: the damage is measured, too."""
