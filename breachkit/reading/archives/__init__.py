"""Archives and compressed streams: their members as blobs, unpacked within limits, never written in clear."""
