"""The rules and their data: campaign, fields, classification, eligibility, application status. Pure."""
