package io.github.palimpsest.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Files that start workers, read back by the rules of those that read them. */
class SubmissionTest {
  private static final String NASTY = "/data/it's $HOME $(id) `id` \"x\" \\ *";

  @TempDir Path temp;

  private static Submission submission(boolean gpu, Optional<Submission.Memory> memory) {
    return new Submission(
        "Größe 7B\n#SBATCH --x",
        3,
        "/opt/my apps/palimpsest",
        Path.of("/home/me/my files"),
        Path.of(NASTY),
        List.of("--plugins", "/jars/$x"),
        4,
        gpu ? 1 : 0,
        memory);
  }

  private static Submission.Memory memory() {
    return new Submission.Memory(2_000_000_000, "adamw");
  }

  private static final List<String> WORDS =
      List.of("/opt/my apps/palimpsest", "work", NASTY, "--plugins", "/jars/$x");

  /** The words that a shell makes of a command line. */
  private List<String> words(String line) throws IOException, InterruptedException {
    Path script =
        Files.writeString(temp.resolve("s"), "for w in " + line + "; do echo \"$w\"; done");
    Process sh = new ProcessBuilder("sh", script.toString()).start();
    String out = new String(sh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(sh.waitFor()).isZero();
    return out.lines().toList();
  }

  @Test
  void memory_is_the_prediction_with_its_error_and_the_process_that_watches() {
    // 2e9 * 1.15 / 2^20 = 2193.45 MiB, and 256 MiB
    assertThat(memory().mebibytes()).isEqualTo(2450);
    assertThat(memory().words().get(0))
        .isEqualTo(
            "memory: 2,450 MiB = 2,000 MB predicted by 'palimpsest plan' (the JVM included) * 1.15");
  }

  @Test
  void an_array_of_slurm_runs_a_worker_in_each_task() throws Exception {
    String text = SlurmScript.of(submission(true, Optional.of(memory())), Optional.of("long"));
    List<String> lines = text.lines().toList();
    assertThat(lines.get(0)).isEqualTo("#!/bin/bash");
    List<String> options = lines.stream().filter(l -> l.startsWith("#SBATCH")).toList();
    assertThat(options)
        .as("sbatch reads them up to the first command; the name cannot add one")
        .containsExactly(
            "#SBATCH --job-name=palimpsest-gr-e-7b-sbatch-x",
            "#SBATCH --array=0-2",
            "#SBATCH --ntasks=1",
            "#SBATCH --cpus-per-task=4",
            "#SBATCH --mem=2450M",
            "#SBATCH --gres=gpu:1",
            "#SBATCH --partition=long",
            "#SBATCH --output=palimpsest-gr-e-7b-sbatch-x-%A_%a.log",
            "#SBATCH --open-mode=append",
            "#SBATCH --requeue");
    assertThat(lines.subList(1, 1 + options.size())).isEqualTo(options);
    String last = lines.get(lines.size() - 1);
    assertThat(words(last))
        .containsExactly(
            "exec", WORDS.get(0), "work", NASTY, "--device", "gpu:0", "--plugins", "/jars/$x");
    assertThat(lines).contains("cd -- '/home/me/my files'");
  }

  @Test
  void without_a_prediction_no_memory_is_asked_for_and_the_file_says_so() {
    String text = SlurmScript.of(submission(false, Optional.empty()), Optional.empty());
    assertThat(text)
        .doesNotContain("--mem", "--gres", "--partition")
        .contains("# memory: not predicted, since the model is no decoder");
  }

  @Test
  void an_indexed_job_has_the_fields_of_batch_v1() {
    KubernetesJob job =
        new KubernetesJob("reg.example/p:1", "work", Path.of("/data"), Optional.of("team"));
    Map<?, ?> yaml = yaml(job.of(submission(true, Optional.of(memory()))));
    assertThat(yaml.get("apiVersion")).isEqualTo("batch/v1");
    assertThat(yaml.get("kind")).isEqualTo("Job");
    Map<?, ?> metadata = map(yaml, "metadata");
    assertThat(metadata.get("name").toString())
        .matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?")
        .hasSizeLessThan(53);
    assertThat(map(metadata, "labels").get("kueue.x-k8s.io/queue-name")).isEqualTo("team");
    Map<?, ?> spec = map(yaml, "spec");
    assertThat(spec.get("completionMode")).isEqualTo("Indexed");
    assertThat(spec.get("completions")).isEqualTo(3);
    assertThat(spec.get("parallelism")).isEqualTo(3);
    assertThat(spec.get("backoffLimitPerIndex")).isEqualTo(3);
    List<?> rules = (List<?>) map(spec, "podFailurePolicy").get("rules");
    assertThat(map((Map<?, ?>) rules.get(1), "onExitCodes"))
        .isEqualTo(Map.of("containerName", "worker", "operator", "In", "values", List.of(1, 2, 3)));
    Map<?, ?> pod = map(map(spec, "template"), "spec");
    assertThat(pod.get("restartPolicy")).as("a policy of failures needs Never").isEqualTo("Never");
    Map<?, ?> container = (Map<?, ?>) ((List<?>) pod.get("containers")).get(0);
    assertThat(container.get("name")).isEqualTo("worker");
    assertThat(container.get("image")).isEqualTo("reg.example/p:1");
    assertThat(container.get("workingDir")).isEqualTo("/home/me/my files");
    assertThat(container.get("command"))
        .as("Kubernetes reads $(id) as a variable and $$(id) as $(id)")
        .isEqualTo(
            List.of(
                WORDS.get(0),
                "work",
                NASTY.replace("$(id)", "$$(id)"),
                "--device",
                "gpu:0",
                "--plugins",
                "/jars/$x"));
    assertThat(container.get("resources"))
        .isEqualTo(
            Map.of(
                "requests", Map.of("cpu", "4", "memory", "2450Mi"),
                "limits", Map.of("memory", "2450Mi", "nvidia.com/gpu", "1")));
    assertThat(container.get("volumeMounts"))
        .isEqualTo(List.of(Map.of("name", "data", "mountPath", "/data")));
    assertThat(pod.get("volumes"))
        .isEqualTo(
            List.of(Map.of("name", "data", "persistentVolumeClaim", Map.of("claimName", "work"))));
  }

  @Test
  void a_job_without_gpu_queue_and_memory_has_none() {
    KubernetesJob job = new KubernetesJob("i", "c", Path.of("/data"), Optional.empty());
    Map<?, ?> yaml = yaml(job.of(submission(false, Optional.empty())));
    assertThat(map(map(yaml, "metadata"), "labels").keySet()).hasSize(1);
    Map<?, ?> pod = map(map(map(yaml, "spec"), "template"), "spec");
    Map<?, ?> container = (Map<?, ?>) ((List<?>) pod.get("containers")).get(0);
    assertThat(container.get("resources"))
        .isEqualTo(Map.of("requests", Map.of("cpu", "4"), "limits", Map.of()));
  }

  private static Map<?, ?> yaml(String text) {
    return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(text);
  }

  private static Map<?, ?> map(Map<?, ?> of, String key) {
    return (Map<?, ?>) of.get(key);
  }

  @Test
  void a_shell_loop_starts_all_workers_and_ends_with_a_failure_of_one() throws Exception {
    assertThat(said(1))
        .containsExactlyInAnyOrder(
            "0 work " + NASTY + " --device gpu:0",
            "1 work " + NASTY + " --device gpu:0",
            "2 work " + NASTY + " --device gpu:0");
  }

  @Test
  void workers_that_share_a_model_over_gpus_see_their_own() throws Exception {
    assertThat(said(2))
        .containsExactlyInAnyOrder(
            "0,1 work " + NASTY + " --device gpu:0-1",
            "2,3 work " + NASTY + " --device gpu:0-1",
            "4,5 work " + NASTY + " --device gpu:0-1");
    Submission two = new Submission("x", 3, "p", temp, temp, List.of(), 1, 2, Optional.empty());
    assertThat(SlurmScript.of(two, Optional.empty())).contains("#SBATCH --gres=gpu:2");
    assertThat(new KubernetesJob("i", "c", temp, Optional.empty()).of(two))
        .contains("nvidia.com/gpu: \"2\"");
  }

  /** What three workers write that a script starts; the second one fails. */
  private List<String> said(int gpus) throws Exception {
    Path fake =
        Files.writeString(
            temp.resolve("pal impsest"),
            "#!/bin/sh\necho \"$CUDA_VISIBLE_DEVICES $*\" >>\"$0.said\"\ncase $CUDA_VISIBLE_DEVICES in (1|2,3) exit 7;; esac\n");
    assertThat(fake.toFile().setExecutable(true)).isTrue();
    Submission three =
        new Submission(
            "x", 3, fake.toString(), temp, Path.of(NASTY), List.of(), 1, gpus, Optional.empty());
    Path script = Files.writeString(temp.resolve("run.sh"), ShellLoop.of(three));
    assertThat(new ProcessBuilder("sh", script.toString()).start().waitFor()).isEqualTo(7);
    return Files.readAllLines(temp.resolve("pal impsest.said"));
  }
}
