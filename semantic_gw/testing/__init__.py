"""What authors of plug-ins hold their work to: contracts that they import into their own tests."""
