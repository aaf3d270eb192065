package io.github.palimpsest.cli.submit;

import io.github.palimpsest.results.text.ShellWord;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A shell script that starts all workers on one machine and waits for them. */
final class ShellLoop {
  private ShellLoop() {}

  /** The script. Each worker on GPUs sees its own: of one each, the one with its number. */
  static String of(Submission s) {
    return "#!/bin/sh\n"
        + Lines.comment(s.comment("sh FILE"))
        + "set -eu\n"
        + "cd -- "
        + ShellWord.quoted(s.directory().toString())
        + "\npids=\n"
        + "code=0\n"
        + "worker=0\n"
        + Lines.LITERAL
        + "while [ \"$worker\" -lt "
        + s.workers()
        + " ]; do\n"
        + (s.gpus() > 0 ? "  CUDA_VISIBLE_DEVICES=" + visible(s.gpus()) + " \\\n" : "")
        + "  "
        + Lines.quoted(s.words())
        + " \\\n    >"
        + s.label()
        + "-\"$worker\".log 2>&1 </dev/null &\n"
        + "  pids=\"$pids $!\"\n"
        + "  worker=$((worker + 1))\n"
        + "done\n"
        + "# shellcheck disable=SC2086,SC2064 # several process numbers in one variable\n"
        + "trap \"kill $pids 2>/dev/null; exit 130\" INT TERM\n"
        + "for pid in $pids; do\n"
        + "  wait \"$pid\" || code=$?\n"
        + "done\n"
        + "exit \"$code\"\n";
  }

  /** The numbers of a worker's GPUs. */
  private static String visible(int each) {
    return IntStream.range(0, each)
        .mapToObj(i -> each == 1 ? "$worker" : "$((worker * " + each + " + " + i + "))")
        .collect(Collectors.joining(","));
  }
}
