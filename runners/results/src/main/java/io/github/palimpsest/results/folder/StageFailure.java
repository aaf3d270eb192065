package io.github.palimpsest.results.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Why a stage has no state.
 *
 * @param task the task, from 0
 * @param step the step within it, from 1; 0 if none is to blame
 * @param reason for people
 */
public record StageFailure(int task, long step, String reason) {
  public static StageFailure of(JsonNode json) {
    return new StageFailure(
        json.path("task").asInt() - 1, json.path("step").asLong(), json.path("reason").asText());
  }

  public void json(ObjectNode into) {
    into.put("task", task + 1).put("step", step).put("reason", reason);
  }
}
