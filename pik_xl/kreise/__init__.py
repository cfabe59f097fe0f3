"""What a Landkreis or Stadtkreis is shown of the procedure: its part of the master, and a letter with it."""
