"""The kiosk's glass: Kivy widgets that paint a Look and tell touches. They decide nothing."""
