package io.github.palimpsest.cli.submit;

import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An indexed Job of Kubernetes: a pod for each worker.
 *
 * @param image the container image, whose {@code PATH} has {@code palimpsest}
 * @param claim the claim of the volume with the output folder, data and model
 * @param mount where the volume is mounted
 * @param queue the local queue of Kueue, if the cluster has it
 */
record KubernetesJob(String image, String claim, Path mount, Optional<String> queue) {
  /** How often a worker that was lost is started again. */
  private static final int RESTARTS = 3;

  /** The YAML for {@code kubectl apply}; its strings are those of JSON, which YAML includes. */
  String of(Submission s) {
    List<String> requests = new ArrayList<>(List.of("cpu: \"" + s.cpus() + "\""));
    List<String> limits = new ArrayList<>();
    s.memory().map(m -> "memory: " + text(m.mebibytes() + "Mi")).ifPresent(limits::add);
    requests.addAll(limits);
    if (s.gpus() > 0) {
      limits.add("nvidia.com/gpu: \"" + s.gpus() + "\"");
    }
    return Lines.comment(s.comment("kubectl apply -f FILE"))
        + """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: %s
          labels:
            app.kubernetes.io/name: palimpsest
        %sspec:
          completionMode: Indexed
          completions: %d
          parallelism: %d
          backoffLimitPerIndex: %d
          podFailurePolicy:
            rules:
              # a node that is drained says nothing about the worker
              - action: Ignore
                onPodConditions:
                  - {type: DisruptionTarget, status: "True"}
              # failed cells (1) and a refusal (2, 3) would only come again; a full disk (4) need not
              - action: FailIndex
                onExitCodes: {containerName: worker, operator: In, values: [1, 2, 3]}
          template:
            metadata:
              labels:
                app.kubernetes.io/name: palimpsest
            spec:
              restartPolicy: Never
              containers:
                - name: worker
                  image: %s
                  workingDir: %s
                  command: [%s]
                  resources:
                    requests: {%s}
                    limits: {%s}
                  volumeMounts:
                    - {name: data, mountPath: %s}
              volumes:
                - name: data
                  persistentVolumeClaim: {claimName: %s}
        """
            .formatted(
                s.label(),
                queue.map(q -> "    kueue.x-k8s.io/queue-name: " + text(q) + "\n").orElse(""),
                s.workers(),
                s.workers(),
                RESTARTS,
                text(image),
                text(s.directory().toString()),
                s.words().stream()
                    .map(word -> text(word.replace("$(", "$$("))) // else a variable of Kubernetes
                    .collect(Collectors.joining(", ")),
                String.join(", ", requests),
                String.join(", ", limits),
                text(mount.toString()),
                text(claim));
  }

  /** A YAML string in double quotes. */
  private static String text(String value) {
    return new TextNode(value).toString();
  }
}
