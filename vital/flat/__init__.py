"""Tables as flat files, a row a line: the door that django-import-export opens in the admin."""
