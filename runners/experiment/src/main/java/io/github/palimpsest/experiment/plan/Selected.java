package io.github.palimpsest.experiment.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The selection of a design among all combinations.
 *
 * @param design in words; empty if it took all
 * @param left the number of combinations that it left out
 * @param resolution the resolution of a fraction, 0 for another design
 * @param aliases for a fraction, the main effects and two-way interactions that are aliased with
 *     others
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
