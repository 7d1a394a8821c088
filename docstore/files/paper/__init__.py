"""New PDF pages: the packet's cover, notices, lists; drawn in the sandbox, planned outside it."""
