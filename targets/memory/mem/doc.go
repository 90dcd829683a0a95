// Package mem has what strategies in the memory of this process share. They need no server. All of them are free of data
// races, so that go test -race is green. The broken ones are broken in their logic, which is what the race detector can't
// see.
package mem
