// Package examples has the tests that put the services under examples, in other languages, through their matrices: as users do,
// with the command and the files that describe them.
package examples
