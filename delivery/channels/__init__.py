"""Ways a notice travels, behind one seam."""
