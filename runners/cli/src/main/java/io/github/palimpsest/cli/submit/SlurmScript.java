package io.github.palimpsest.cli.submit;

import io.github.palimpsest.results.text.ShellWord;
import java.util.Optional;

/** An array job of Slurm: a task for each worker. */
final class SlurmScript {
  private SlurmScript() {}

  /**
   * The script for {@code sbatch}.
   *
   * @param partition the partition; empty for Slurm's default
   */
  static String of(Submission s, Optional<String> partition) {
    StringBuilder text = new StringBuilder("#!/bin/bash\n");
    option(text, "job-name", s.label());
    option(text, "array", "0-" + (s.workers() - 1));
    option(text, "ntasks", "1");
    option(text, "cpus-per-task", "" + s.cpus());
    s.memory().ifPresent(m -> option(text, "mem", m.mebibytes() + "M"));
    if (s.gpus() > 0) {
      option(text, "gres", "gpu:" + s.gpus());
    }
    partition.ifPresent(p -> option(text, "partition", p));
    option(text, "output", s.label() + "-%A_%a.log");
    option(text, "open-mode", "append");
    text.append("#SBATCH --requeue\n");
    text.append(Lines.comment(s.comment("sbatch FILE; again, to go on after a time limit")));
    text.append("set -eu\n");
    text.append("cd -- ").append(ShellWord.quoted(s.directory().toString())).append('\n');
    text.append(Lines.LITERAL);
    return text.append("exec ").append(Lines.quoted(s.words())).append('\n').toString();
  }

  private static void option(StringBuilder text, String name, String value) {
    text.append("#SBATCH --").append(name).append('=').append(value).append('\n');
  }
}
