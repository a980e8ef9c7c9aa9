"""What steers any method: masks now; colour, several styles and semantics to come."""
