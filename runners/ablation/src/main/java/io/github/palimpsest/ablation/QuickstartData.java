package io.github.palimpsest.ablation;

import java.util.Optional;

/** The generated tasks of the experiment that needs no data, named {@code quickstart:NAME}. */
final class QuickstartData {
  private QuickstartData() {}

  private static final String PREFIX = "quickstart:";

  static boolean names(String data) {
    return data.startsWith(PREFIX);
  }

  static Optional<TaskDocuments> task(DataSet set) {
    return Optional.empty();
  }

  static Optional<String> sha256(String data) {
    return Optional.empty();
  }
}
