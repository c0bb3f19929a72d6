/// <reference lib="dom" />
import { startComposer } from './workspace/composer.js';
import { startDetail } from './workspace/detail.js';
import { startInline } from './workspace/inline.js';
import './workspace/list.js';
import { startSelection } from './workspace/select.js';

startDetail();
startInline();
startComposer();
startSelection();
