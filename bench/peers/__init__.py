"""The intake as one would write it with the usual frameworks: what the product's speed is measured against."""
