"""What a Kreis is shown of the procedure."""
