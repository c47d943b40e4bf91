"""Pictures made by optimising their pixels (Gatys et al. 2016), and videos (Ruder et al. 2016)."""
