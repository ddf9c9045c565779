"""The rules of people and roles: which permissions a role carries, who may hold which together, who works today."""
