"""What protohome writes for a team: a first map, owners, a picture and a page."""
