# System-wide .bashrc
