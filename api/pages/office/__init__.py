"""The council office's desk: meetings, agendas, files, packets, deliveries, acts."""
