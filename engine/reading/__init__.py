"""Reading the knowledge base: who may, and which words lead to what."""
