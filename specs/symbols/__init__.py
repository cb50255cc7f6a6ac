"""Every id that a tenant defines and every place that uses one, down to the word."""
