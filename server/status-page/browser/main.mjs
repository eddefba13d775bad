// @ts-check
/** The status page: has the server asked, and shows what it says. */
import { Charts } from './charts.mjs';
import { Connection } from './connection.mjs';
import { showEvents } from './events.mjs';
import { OrderForm } from './order-form.mjs';
import { showTrouble, showVersions } from './versions.mjs';

const charts = new Charts();
const form = new OrderForm();

new Connection({
  onStatus(status, traffic) {
    document.body.classList.remove('lost');
    showVersions(status);
    showEvents(status);
    charts.show(status, traffic);
    void form.follow(status.live?.version);
  },
  onTrouble(reason) {
    document.body.classList.add('lost');
    showTrouble(reason);
  },
});
