package io.github.palimpsest.execution.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.experiment.evaluation.BenchmarkRecords;
import io.github.palimpsest.experiment.task.TaskRecords;
import io.github.palimpsest.llm.format.Choices;
import io.github.palimpsest.llm.hub.HubCache;
import io.github.palimpsest.llm.score.ChoiceItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkRecordsTest {
  @TempDir Path temp;

  @Test
  void the_questions_of_a_benchmark_are_records_of_choices() throws IOException {
    Path folder = Files.createDirectories(temp.resolve("baber/piqa"));
    Files.writeString(
        folder.resolve("validation.jsonl"),
        "{\"goal\": \"rest\", \"sol1\": \"sit\", \"sol2\": \"run\", \"label\": 0}\n");
    BenchmarkRecords made = new BenchmarkRecords(new TaskRecords(temp, new HubCache(temp)));
    List<ChoiceItem> items =
        ChoiceItem.read(made.heldOut("piqa"), Optional.empty(), new Choices(), 0);
    assertThat(items)
        .containsExactly(
            new ChoiceItem("piqa/0", 0, "Question: rest\nAnswer:", List.of("sit", "run"), 0));
    assertThatThrownBy(() -> made.training("piqa"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("no data for split train");
  }

  @Test
  void only_tasks_with_one_right_choice_after_a_context_are_offered() {
    assertThat(new BenchmarkRecords(new TaskRecords(temp, new HubCache(temp))).names())
        .contains("arc_easy", "piqa", "mmlu_anatomy", "race")
        .doesNotContain("winogrande", "truthfulqa_mc2", "gsm8k", "wikitext", "lambada_openai");
  }
}
