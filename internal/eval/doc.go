// Package eval holds the offline measures behind "deskbook eval". The server does not
// import it, only the command line does.
package eval
