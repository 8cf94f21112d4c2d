"""What the product is made of besides its own code: components, their licences, known vulnerabilities."""
