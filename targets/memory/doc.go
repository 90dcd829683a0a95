// Package memory has the strategies that need no server: cells, and the results of keys, in the memory of this process.
//
// All of them are free of data races, so that go test -race is green. The broken ones are broken in their logic, which
// is what the race detector can't see.
package memory
