package io.github.palimpsest.experiment.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a design took of all combinations.
 *
 * @param design in words; empty where it took all
 * @param left how many it did not take
 * @param resolution of a fraction, 0 for another design
 * @param aliases of a fraction, the main effects and two-way interactions that cannot be told from
 *     others of them
 */
public record Selected(String design, int left, int resolution, List<String> aliases) {
  /** Copies the list. */
  public Selected {
    aliases = List.copyOf(aliases);
  }

  void json(ObjectNode json) {
    if (design.isEmpty()) {
      return;
    }
    ObjectNode node = json.putObject("design").put("text", design).put("left_out", left);
    if (resolution > 0) {
      node.put("resolution", resolution);
      aliases.forEach(node.putArray("aliases")::add);
    }
  }
}
