"""What may leave: the leak gate and the manifest."""
