package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// ciDir has the workflow files for users, from this folder.
const ciDir = "../../docs/ci"

// ciJob is a job of a workflow, with the lines that it gives to a shell.
type ciJob struct {
	name  string
	steps []string
}

// githubJobs reads the jobs of the workflow as GitHub does.
func githubJobs(t *testing.T) (jobs []ciJob) {
	t.Helper()
	var doc struct {
		Jobs map[string]struct {
			Steps []struct {
				Run string `yaml:"run"`
			} `yaml:"steps"`
		} `yaml:"jobs"`
	}
	text, err := os.ReadFile(filepath.Join(ciDir, "github-actions.yml"))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &doc))
	for name, j := range doc.Jobs {
		job := ciJob{name: name}
		for _, s := range j.Steps {
			job.steps = append(job.steps, s.Run)
		}
		jobs = append(jobs, job)
	}
	return jobs
}

// gitlabJob is what GitLab reads of a job; a key that is none of these fails the test.
type gitlabJob struct {
	Extends      string              `yaml:"extends"`
	Image        string              `yaml:"image"`
	BeforeScript []string            `yaml:"before_script"`
	Script       []string            `yaml:"script"`
	Rules        []map[string]string `yaml:"rules"`
	Artifacts    struct {
		When     string            `yaml:"when"`
		ExpireIn string            `yaml:"expire_in"`
		Paths    []string          `yaml:"paths"`
		Reports  map[string]string `yaml:"reports"`
	} `yaml:"artifacts"`
}

func gitlabJobs(t *testing.T) (jobs []ciJob) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(ciDir, "gitlab-ci.yml"))
	require.NoError(t, err)
	d := yaml.NewDecoder(strings.NewReader(string(text)))
	d.KnownFields(true)
	doc := map[string]gitlabJob{}
	require.NoError(t, d.Decode(&doc))
	require.Equal(t, map[string]string{"junit": "stress.xml", "codequality": "gl-code-quality-report.json"},
		doc[".stress"].Artifacts.Reports)
	require.Equal(t, "always", doc[".stress"].Artifacts.When, "reports of what failed are wanted most")
	for name, j := range doc {
		if !strings.HasPrefix(name, ".") {
			require.NotEmpty(t, j.Script, name)
			if j.Extends != "" {
				require.Contains(t, doc, j.Extends, name)
			}
			jobs = append(jobs, ciJob{name, append(doc[j.Extends].BeforeScript, j.Script...)})
		}
	}
	return jobs
}

// ciShell is a folder in which steps run with this tree's command.
type ciShell struct{ dir, bin string }

func newShell(t *testing.T) ciShell {
	t.Helper()
	bin := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	return ciShell{t.TempDir(), bin}
}

// run runs a step as the systems do, and gives its exit code.
func (s ciShell) run(t *testing.T, shell, step string) (code int, output string) {
	t.Helper()
	// How fast the machine is that runs this test is not what the test is about.
	step = regexp.MustCompile(`p99 > \w+`).ReplaceAllString(step, "p99 > 1h")
	args := map[string][]string{"bash": {"--noprofile", "--norc", "-eo", "pipefail", "-c", step}, "sh": {"-e", "-c", step}}[shell]
	cmd := exec.CommandContext(t.Context(), shell, args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "PATH="+s.bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"GITHUB_STEP_SUMMARY="+filepath.Join(s.dir, "summary.md"), "CI_PROJECT_DIR="+s.dir)
	text, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exit.ExitCode(), string(text)
	}
	require.NoError(t, err)
	return 0, string(text)
}

// passes runs the steps of a job that need no network, and counts those that call the command.
func (s ciShell) passes(t *testing.T, shell string, j ciJob) (ran int) {
	t.Helper()
	for _, step := range j.steps {
		if !strings.Contains(step, "stress ") || strings.Contains(step, "go install ") {
			continue
		}
		code, out := s.run(t, shell, step)
		require.Equal(t, 0, code, "%s\n%s", step, out)
		ran++
	}
	return ran
}

func (s ciShell) read(t *testing.T, name string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(s.dir, name))
	require.NoError(t, err)
	require.Len(t, found, 1, name)
	text, err := os.ReadFile(found[0])
	require.NoError(t, err)
	return string(text)
}

// TestGitHubWorkflow runs the steps of the workflow with this tree's command.
func TestGitHubWorkflow(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command and runs workflows")
	}
	ran := map[string]int{}
	s := newShell(t)
	for _, j := range githubJobs(t) {
		ran[j.name] = s.passes(t, "bash", j)
	}
	require.Equal(t, map[string]int{"strategies": 2, "tests": 0, "matrix": 1}, ran)
	summary := s.read(t, "summary.md")
	require.Contains(t, summary, "### ✅ VALID: sqlite · wallet · begin&#45;immediate")
	require.Contains(t, summary, "### ✅ INVALID: sqlite · wallet · read&#45;modify&#45;write")
	require.Contains(t, summary, "### ✅ stress matrix")
	for _, name := range []string{"in-use.xml", "baseline.xml", "matrix.xml"} {
		require.NotContains(t, s.read(t, "stress-reports/"+name), "<failure")
	}
	require.Contains(t, s.read(t, "stress-out/latest/report.json"), `"stress": "report"`)
}

// TestWorkflowsFail holds that the steps fail when what they watch goes wrong: a strategy that loses updates, and a baseline that
// does not any more.
func TestWorkflowsFail(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command and runs workflows")
	}
	s := newShell(t)
	codes := map[string][]int{}
	swap := strings.NewReplacer("begin-immediate", "read-modify-write", "read-modify-write", "begin-immediate")
	for shell, jobs := range map[string][]ciJob{"bash": githubJobs(t), "sh": gitlabJobs(t)} {
		for _, j := range jobs {
			for _, step := range j.steps {
				if strings.Contains(step, "stress run") {
					code, _ := s.run(t, shell, swap.Replace(step))
					codes[shell] = append(codes[shell], code)
				}
			}
		}
	}
	require.ElementsMatch(t, []int{exitAnomaly, exitGate}, codes["bash"])
	require.ElementsMatch(t, []int{exitAnomaly, exitGate}, codes["sh"])
	require.Contains(t, s.read(t, "gl-code-quality-report.json"), `"check_name": "stress/`)
}

// TestGitLabJobs runs the jobs, each in a folder of its own, as GitLab does.
func TestGitLabJobs(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command and runs workflows")
	}
	s := newShell(t)
	ran := map[string]int{}
	for _, j := range gitlabJobs(t) {
		s.dir = t.TempDir()
		if ran[j.name] = s.passes(t, "sh", j); ran[j.name] > 0 {
			require.Contains(t, s.read(t, "stress.xml"), `failures="0"`)
			require.Equal(t, "[]\n", s.read(t, "gl-code-quality-report.json"))
		}
	}
	require.Equal(t, map[string]int{"stress in use": 1, "stress baseline": 1, "stress matrix": 1, "stress tests": 0}, ran)
}

// TestCIScript runs the script for other systems: as it is, and with the strategies changed, after which it must go on and fail.
func TestCIScript(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command and runs workflows")
	}
	text, err := os.ReadFile(filepath.Join(ciDir, "stress.sh"))
	require.NoError(t, err)
	s := newShell(t)
	code, out := s.run(t, "sh", string(text))
	require.Equal(t, 0, code, out)
	require.Contains(t, s.read(t, "stress-reports/baseline.json"), `"status": "held"`)
	swap := strings.NewReplacer("begin-immediate", "read-modify-write", "read-modify-write", "begin-immediate")
	code, out = s.run(t, "sh", swap.Replace(string(text)))
	require.Equal(t, exitAnomaly, code, out)
	require.Contains(t, s.read(t, "stress-reports/in-use.xml"), "<failure")
	require.Contains(t, s.read(t, "stress-reports/baseline.xml"), "<failure", "it goes on after a failure")
}
