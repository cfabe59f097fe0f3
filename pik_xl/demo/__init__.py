"""The invented state: approved posts, people and faulty forms for all of Baden-Württemberg."""
