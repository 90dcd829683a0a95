// Package harness runs concurrent clients against a target, records what each of them saw, and has the record checked.
//
// A [Target] is a system with one way of updating it; a [Workload] is a data type, with its generator and its checks.
// [Run] brings the two together; [Test] does the same under go test. The harness starts clients together, paces them,
// perturbs them between the steps that a target marks with [Step], and ends in order whatever happens: clients closed,
// target dropped, history whole, verdict given.
package harness
