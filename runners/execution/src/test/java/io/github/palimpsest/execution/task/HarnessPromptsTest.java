package io.github.palimpsest.execution.task;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.experiment.evaluation.PreparedTask;
import io.github.palimpsest.experiment.task.TaskCatalog;
import io.github.palimpsest.experiment.task.TaskRecords;
import io.github.palimpsest.llm.hub.HubCache;
import io.github.palimpsest.llm.task.TaskItem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The requests of the harness, lm_eval 0.4.13, for made-up records, with and without examples
 * before the question. {@code prompts.json} was written by the harness's own {@code
 * ConfigurableTask} over those records. For RACE and LAMBADA, whose examples come from the
 * evaluated records, it had {@code fewshot_split: test}: without it, it can show a question its own
 * answer.
 */
class HarnessPromptsTest {
  @TempDir Path temp;

  @TestFactory
  Stream<DynamicTest> asks_what_the_harness_asks() throws IOException {
    JsonNode golden;
    try (InputStream in = getClass().getResourceAsStream("prompts.json")) {
      golden = new ObjectMapper().readTree(in);
    }
    TaskCatalog catalog = TaskCatalog.builtIn(Plugins.onClassPath());
    return golden.properties().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(catalog, e)));
  }

  private void check(TaskCatalog catalog, Map.Entry<String, JsonNode> golden) throws IOException {
    String name = golden.getKey();
    Path data = temp.resolve(name);
    Path place = Files.createDirectories(data.resolve(golden.getValue().get("place").asText()));
    for (Map.Entry<String, JsonNode> split : golden.getValue().get("data").properties()) {
      StringBuilder lines = new StringBuilder();
      split.getValue().forEach(r -> lines.append(r).append('\n'));
      Files.writeString(place.resolve(split.getKey() + ".jsonl"), lines, UTF_8);
    }
    TaskRecords records = new TaskRecords(data, new HubCache(temp.resolve("no-hub")));
    for (Map.Entry<String, JsonNode> shots : golden.getValue().get("shots").properties()) {
      PreparedTask prepared =
          PreparedTask.of(
              catalog.find(List.of(name)).get(0),
              records,
              new PreparedTask.Wish(
                  shots.getValue().get("requests").size(),
                  OptionalInt.of(Integer.parseInt(shots.getKey())),
                  Optional.empty()));
      JsonNode requests = shots.getValue().get("requests");
      assertThat(prepared.items()).hasSize(requests.size());
      for (int i = 0; i < requests.size(); i++) {
        TaskItem item = prepared.items().get(i);
        assertThat(asked(item))
            .as("item %d of %s after %s examples", i, name, shots.getKey())
            .isEqualTo(lists(requests.get(i)));
        JsonNode gold = shots.getValue().get("gold").get(i);
        if (item instanceof TaskItem.Choice c && !name.equals("truthfulqa_mc2")) {
          assertThat(c.right()).containsExactly(gold.asInt());
        }
        if (item instanceof TaskItem.Generation g) {
          assertThat(g.expected())
              .isEqualTo(gold.isArray() ? lists(List.of(gold)).get(0) : List.of(gold.asText()));
        }
      }
    }
  }

  private static List<List<String>> asked(TaskItem item) {
    if (item instanceof TaskItem.Choice c) {
      return c.pairs().stream().map(p -> List.of(p.context(), p.continuation())).toList();
    }
    if (item instanceof TaskItem.Completion c) {
      return List.of(List.of(c.pair().context(), c.pair().continuation()));
    }
    return item instanceof TaskItem.Whole w
        ? List.of(List.of(w.text()))
        : List.of(List.of(((TaskItem.Generation) item).context()));
  }

  private static List<List<String>> lists(Iterable<JsonNode> nodes) {
    List<List<String>> lists = new ArrayList<>();
    for (JsonNode node : nodes) {
      List<String> texts = new ArrayList<>();
      node.forEach(t -> texts.add(t.asText()));
      lists.add(texts);
    }
    return lists;
  }
}
