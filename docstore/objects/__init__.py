"""Write-once byte storage behind one seam."""
